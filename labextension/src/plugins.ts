/** The plugins that the others stand on: the server, the settings, the documents and their tracker. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IEditorTracker } from '@jupyterlab/fileeditor';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { Server } from './api';
import { Settings } from './settings';
import { Documents, IDocuments } from './model/documents';
import { Tracker } from './tracker';
import { IAisecSettings, IFindingsTracker, IServer } from './tokens';

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

export const documentsPlugin: JupyterFrontEndPlugin<Documents> = {
  id: 'jupyter-aisec:documents',
  description: 'The findings of all open documents.',
  autoStart: true,
  requires: [IServer],
  provides: IDocuments,
  activate: (_: JupyterFrontEnd, server: IServer): Documents =>
    new Documents(server)
};

export const trackerPlugin: JupyterFrontEndPlugin<IFindingsTracker> = {
  id: 'jupyter-aisec:tracker',
  description: 'Which document the person works on, and the findings in it.',
  autoStart: true,
  requires: [IDocuments, INotebookTracker],
  optional: [IEditorTracker],
  provides: IFindingsTracker,
  activate: (
    app: JupyterFrontEnd,
    documents: Documents,
    notebooks: INotebookTracker,
    files: IEditorTracker | null
  ): IFindingsTracker => new Tracker(app, documents, notebooks, files)
};
