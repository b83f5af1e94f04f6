/** Findings in the editors of notebooks and Python files. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import type {
  ISharedCell,
  ISharedFile,
  ISharedNotebook,
  ISharedText
} from '@jupyter/ydoc';
import {
  EditorExtensionRegistry,
  IEditorExtensionRegistry
} from '@jupyterlab/codemirror';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { isPython } from '../language';
import { type Documents, IDocuments } from '../model/documents';
import { CommandIDs, IAisecSettings } from '../tokens';
import type { Finding } from '../wire';
import { hints } from './extension';

export const hintsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-aisec:hints',
  description: 'Findings in the editors of notebooks and Python files.',
  autoStart: true,
  requires: [IEditorExtensionRegistry, IDocuments, IAisecSettings],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    extensions: IEditorExtensionRegistry,
    documents: Documents,
    settings: IAisecSettings,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_aisec');
    extensions.addExtension({
      name: 'jupyter-aisec:hints',
      factory: ({ model: editorModel }) => {
        const shared = editorModel.sharedModel;
        const document = documentOf(shared);
        if (document === null) {
          return null;
        }
        const model = documents.get(document);
        const execute = (command: string): ((finding: Finding) => void) => {
          return ({ id, rule }) => {
            const key = model.texts.keyOf(shared);
            if (key !== undefined) {
              void app.commands.execute(command, { key, id, rule });
            }
          };
        };
        return EditorExtensionRegistry.createImmutableExtension(
          hints({
            model,
            shared,
            settings,
            isChecked: () =>
              document !== shared || isPython(editorModel.mimeType),
            languageChanged: editorModel.mimeTypeChanged,
            actions: {
              fix: execute(CommandIDs.fix),
              explain: execute(CommandIDs.explain),
              ignore: execute(CommandIDs.ignore)
            },
            trans
          })
        );
      }
    });
  }
};

/** The notebook of a code cell, or the file itself; null for other cells, and those of consoles. */
function documentOf(shared: ISharedText): ISharedNotebook | ISharedFile | null {
  if (!('cell_type' in shared)) {
    return shared as ISharedFile;
  }
  const { cell_type, notebook } = shared as ISharedCell;
  return cell_type === 'code' ? notebook : null;
}
