/** The way to a line that the server named: into a file that may not be open. */
import { CodeMirrorEditor } from '@jupyterlab/codemirror';
import type { CommandRegistry } from '@lumino/commands';

import { openTip } from '../hints/extension';
import { until } from '../model/until';
import type { IFindingsModel, IFindingsTracker } from '../tokens';
import type { Spot } from '../wire';

/** False when the file can't be opened, or the cell is not in it now. */
export async function goTo(
  spot: Spot,
  commands: CommandRegistry,
  findings: IFindingsTracker
): Promise<boolean> {
  const { path } = spot;
  if (findings.current?.path !== path) {
    const opened: unknown = await commands.execute('docmanager:open', { path });
    if (!opened) {
      return false;
    }
  }
  await until(
    findings.currentChanged,
    () => findings.current?.path === path && findings.current.cells.length > 0
  );
  const model = findings.current;
  if (model === null) {
    return false;
  }
  const key = await cellOf(spot, model, findings);
  const cell = model.cells.find(each => each.key === key);
  if (cell === undefined) {
    return false;
  }
  const start = { line: spot.line, character: 0 };
  const found = cell.findings.find(each => each.range.start.line === spot.line);
  const range = found?.range ?? { start, end: start };
  await findings.reveal({ model, key: cell.key, range });
  if (findings.editor instanceof CodeMirrorEditor) {
    openTip(findings.editor.editor);
  }
  return true;
}

/** By its id, wherever it has been moved to; by its place where it has none. */
async function cellOf(
  { cell, cellId }: Spot,
  model: IFindingsModel,
  findings: IFindingsTracker
): Promise<string | undefined> {
  if (cellId === null || model.kind === 'file') {
    return model.cells.find(each => each.index === cell)?.key;
  }
  const isThere = await findings.revealCell(cellId);
  return isThere ? findings.cursor?.key : undefined;
}
