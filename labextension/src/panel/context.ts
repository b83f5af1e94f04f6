/** What every view of the panel has at hand. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import type { CoverageModel } from '../model/coverage';
import type { Drafts } from '../model/drafts';
import type { LineageModel } from '../model/lineage';
import type { Lineages } from '../model/lineages';
import type { IFindingsTracker, IServer } from '../tokens';
import type { Spot } from '../wire';
import type { Choices } from './choices';

export interface IPanelContext {
  readonly findings: IFindingsTracker;
  readonly lineages: Lineages;
  readonly coverage: CoverageModel;
  readonly server: IServer;
  readonly commands: CommandRegistry;
  readonly choices: Choices;
  readonly drafts: Drafts;
  readonly trans: TranslationBundle;
  /** Give the focus back to the document. */
  leave(): void;
  /** Open the file and put the cursor there; false when the cell is not in it now. */
  goTo(spot: Spot): Promise<boolean>;
  /** Open the run that has the lineage, in MLflow; what is thrown says why there is none to open. */
  openRun(model: LineageModel): Promise<void>;
  /** Show the lineage of the notebook in a tab of its own; null where there are no tabs. */
  readonly enlarge: ((model: LineageModel) => void) | null;
}
