/** Which cells say something else now than when they ran. */
import type { IFindingsModel } from '../tokens';
import type { LineageReply } from '../wire';

/**
 * The ids of those cells. `ids` are of all cells of the notebook, in order;
 * `findings` know the digests of their texts as they stand.
 */
export function editedCells(
  ids: readonly string[],
  findings: Pick<IFindingsModel, 'cells'> | null,
  reply: Pick<LineageReply, 'cells'> | null
): ReadonlySet<string> {
  const now = new Map(
    findings?.cells.map(({ index, sha256 }) => [ids[index], sha256])
  );
  return new Set(
    reply?.cells
      .filter(({ cellId, sha256 }) => {
        const text = now.get(cellId);
        return text !== undefined && text !== '' && text !== sha256;
      })
      .map(each => each.cellId)
  );
}
