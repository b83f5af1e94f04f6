/** The cell that starts recording, put on top of the notebook. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import { CommandIDs } from '../tokens';

const SOURCE = '%load_ext jupyter_aisec';

/** At the beginning of a line; with whatever the person put round it. */
const LINE = /^[ \t]*%load_ext[ \t]+jupyter_aisec[ \t]*$/m;

export function addLoadCommand(
  { commands, shell }: JupyterFrontEnd,
  notebooks: INotebookTracker,
  trans: TranslationBundle
): void {
  const place = (): number =>
    notebooks.currentWidget?.content.widgets.findIndex(
      ({ model }) =>
        model.type === 'code' && LINE.test(model.sharedModel.getSource())
    ) ?? -1;
  commands.addCommand(CommandIDs.loadExtension, {
    label: trans.__('Record Lineage in This Notebook'),
    caption: trans.__('Go to the cell with %1, or insert it', SOURCE),
    describedBy: { args: { type: 'object', properties: {} } },
    isEnabled: () => notebooks.currentWidget !== null,
    isToggled: () => place() >= 0,
    execute: () => {
      const panel = notebooks.currentWidget;
      if (panel === null) {
        return;
      }
      const there = place();
      if (there < 0) {
        panel.content.model?.sharedModel.insertCell(0, {
          cell_type: 'code',
          source: SOURCE
        });
      }
      shell.activateById(panel.id);
      panel.content.activeCellIndex = Math.max(0, there);
      panel.content.deselectAll();
      panel.content.mode = 'command';
      void panel.content.scrollToItem(Math.max(0, there));
    }
  });
}
