/** The plugins that the others stand on: the server, the settings. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { Server } from './api';
import { Settings } from './settings';
import { IAisecSettings, IServer } from './tokens';

/** Its schema has the settings, the shortcuts and the menu entries of all. */
export const settingsPlugin: JupyterFrontEndPlugin<IAisecSettings> = {
  id: 'jupyter-aisec:plugin',
  description: 'The settings of jupyter-aisec.',
  autoStart: true,
  provides: IAisecSettings,
  optional: [ISettingRegistry],
  activate: (
    _: JupyterFrontEnd,
    registry: ISettingRegistry | null
  ): IAisecSettings => {
    const settings = new Settings();
    registry?.load(settingsPlugin.id).then(
      loaded => {
        settings.follow(loaded);
      },
      (reason: unknown) => {
        console.error('jupyter-aisec: the settings could not be read', reason);
      }
    );
    return settings;
  }
};

export const serverPlugin: JupyterFrontEndPlugin<IServer> = {
  id: 'jupyter-aisec:server',
  description: 'Questions to the server extension of jupyter-aisec.',
  autoStart: true,
  provides: IServer,
  optional: [ITranslator],
  activate: (app: JupyterFrontEnd, translator: ITranslator | null): IServer =>
    new Server(
      app.serviceManager.serverSettings,
      (translator ?? nullTranslator).load('jupyter_aisec')
    )
};
