/** The way from JupyterLab to the project's MLflow: a command, and a tile in the launcher. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { ILauncher } from '@jupyterlab/launcher';
import {
  ITranslator,
  nullTranslator,
  type TranslationBundle
} from '@jupyterlab/translation';
import { LabIcon } from '@jupyterlab/ui-components';

import lineage from '../style/icons/lineage.svg';
import { webLink } from './model/words';
import { CommandIDs, IFindingsTracker, IServer } from './tokens';

/** Long enough to read. */
const STAYS = 15_000;

const lineageIcon = new LabIcon({
  name: 'jupyter-aisec:lineage',
  svgstr: lineage
});

export const mlflowPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-aisec:mlflow',
  description: "Opens the project's MLflow.",
  autoStart: true,
  requires: [IServer, IFindingsTracker],
  optional: [ITranslator, ICommandPalette, ILauncher, IDefaultFileBrowser],
  activate: (
    app: JupyterFrontEnd,
    server: IServer,
    findings: IFindingsTracker,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    browser: IDefaultFileBrowser | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_aisec');
    app.commands.addCommand(CommandIDs.openMlflow, {
      label: trans.__('Open MLflow'),
      caption: trans.__("Open the project's MLflow in a tab of the browser"),
      icon: args => (args.isPalette === true ? undefined : lineageIcon),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            path: {
              type: 'string',
              description: trans.__('A file or folder of the project.')
            }
          }
        }
      },
      execute: async args => {
        const path =
          typeof args.path === 'string'
            ? args.path
            : (findings.current?.path ?? browser?.model.path ?? '');
        const { baseUrl } = app.serviceManager.serverSettings;
        try {
          await openMlflow({ server, baseUrl, path, trans });
        } catch (reason) {
          Notification.error(
            reason instanceof Error ? reason.message : String(reason),
            { autoClose: STAYS }
          );
        }
      }
    });
    palette?.addItem({
      command: CommandIDs.openMlflow,
      category: trans.__('AI security'),
      args: { isPalette: true }
    });
    launcher?.add({
      command: CommandIDs.openMlflow,
      category: trans.__('Other'),
      rank: 10
    });
  }
};

export interface IMlflowOptions {
  readonly server: Pick<IServer, 'mlflow'>;
  /** Of the Jupyter server. */
  readonly baseUrl: string;
  /** A file or folder of the project. */
  readonly path: string;
  readonly trans: TranslationBundle;
  /** The page within MLflow, to be put behind its address; what it throws is why there is none. */
  readonly page?: () => Promise<string>;
}

/**
 * The tab is opened while the click still counts as the person's wish, since
 * MLflow may take longer to start than browsers wait; it goes there after, or
 * is closed and the error thrown that says why.
 */
export async function openMlflow(options: IMlflowOptions): Promise<void> {
  const { baseUrl, page, path, server, trans } = options;
  const tab = window.open('about:blank', '_blank');
  if (tab !== null) {
    tab.opener = null;
    tab.document.title = trans.__('MLflow');
    tab.document.body.textContent = trans.__('MLflow is being started…');
  }
  try {
    const fragment = (await page?.()) ?? '';
    const url = await server.mlflow(path);
    const address = webLink(new URL(url, baseUrl).href);
    if (address === null) {
      throw new Error(
        trans.__("The tracking server's address is none of the web: %1", url)
      );
    }
    if (tab === null) {
      throw new Error(
        trans.__(
          'The browser let no tab be opened. MLflow is at %1',
          address + fragment
        )
      );
    }
    tab.location.replace(address + fragment);
  } catch (reason) {
    tab?.close();
    throw reason;
  }
}
