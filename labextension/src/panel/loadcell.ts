/** The cell that starts recording, put on top of the notebook. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import { CommandIDs } from '../tokens';

const SOURCE = '%load_ext jupyter_aisec';

export function addLoadCommand(
  { commands, shell }: JupyterFrontEnd,
  notebooks: INotebookTracker,
  trans: TranslationBundle
): void {
  commands.addCommand(CommandIDs.loadExtension, {
    label: trans.__('Record Lineage in This Notebook'),
    caption: trans.__('Insert a first cell with %1', SOURCE),
    describedBy: { args: { type: 'object', properties: {} } },
    isEnabled: () => notebooks.currentWidget !== null,
    execute: () => {
      const panel = notebooks.currentWidget;
      if (panel === null) {
        return;
      }
      panel.content.model?.sharedModel.insertCell(0, {
        cell_type: 'code',
        source: SOURCE
      });
      shell.activateById(panel.id);
      panel.content.activeCellIndex = 0;
    }
  });
}
