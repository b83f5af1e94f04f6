/** Which finding a command is about: one that is named, or that at the cursor. */
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { IFindingsModel, IFindingsTracker } from '../tokens';
import type { Finding } from '../wire';
import { under } from './walk';

export interface IMeant {
  readonly model: IFindingsModel;
  readonly key: string;
  readonly finding: Finding;
}

export type WillDo = (finding: Finding) => boolean;

export const isAny: WillDo = () => true;
export const isFixable: WillDo = ({ fix }) => fix !== null;
export const isIgnorable: WillDo = ({ ignore }) => ignore !== null;

/** Of the findings that will do, the one that is named, or that at the cursor. */
export async function find(
  tracker: IFindingsTracker,
  args: ReadonlyPartialJSONObject,
  willDo: WillDo
): Promise<IMeant | null> {
  const model = tracker.current;
  return model && known(model, () => meant(tracker, model, args, willDo));
}

/** Whether `find` may find one: as long as not all is known, it may. */
export function isThere(
  tracker: IFindingsTracker,
  args: ReadonlyPartialJSONObject,
  willDo: WillDo
): boolean {
  const model = tracker.current;
  if (model === null) {
    return false;
  }
  return (
    model.state === 'checking' ||
    model.state === 'off' ||
    meant(tracker, model, args, willDo) !== null
  );
}

export function meant(
  tracker: IFindingsTracker,
  model: IFindingsModel,
  { key, id }: ReadonlyPartialJSONObject,
  willDo: WillDo
): IMeant | null {
  if (typeof key === 'string' && typeof id === 'string') {
    const cell = model.cells.find(each => each.key === key);
    const finding = cell?.findings.find(each => each.id === id);
    return finding && willDo(finding) ? { model, key, finding } : null;
  }
  const { cursor } = tracker;
  const finding = cursor && under(model.cells, cursor, willDo);
  return finding ? { model, key: cursor.key, finding } : null;
}

/** Look at the findings when they are there, even if nobody else wants to know. */
export async function known<T>(
  model: IFindingsModel,
  look: () => T | Promise<T>
): Promise<T> {
  const wanted = model.want();
  try {
    await model.fresh();
    return await look();
  } finally {
    wanted.dispose();
  }
}
