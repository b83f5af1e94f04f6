/** The views of the panel, from top to bottom. */
import { CoverageView } from '../views/coverage';
import { FindingsView } from '../views/findings';
import { LineageView } from '../views/lineage';
import { SourcesView } from '../views/sources';
import type { IPanelContext } from './context';
import type { IView } from './section';

export function viewsOf(context: IPanelContext): readonly IView[] {
  const { coverage, findings, lineages, trans } = context;
  const lineage = (): ReturnType<IView['models']> => [lineages.current];
  return [
    {
      id: 'findings',
      title: trans.__('Findings'),
      share: 5,
      View: FindingsView,
      models: () => [findings.current]
    },
    {
      id: 'lineage',
      title: trans.__('Lineage'),
      share: 4,
      View: LineageView,
      models: lineage
    },
    {
      id: 'sources',
      title: trans.__('Sources'),
      share: 3,
      View: SourcesView,
      models: lineage
    },
    {
      id: 'coverage',
      title: trans.__('Coverage'),
      share: 5,
      // A look at it takes the server a second.
      folded: true,
      View: CoverageView,
      models: () => [coverage]
    }
  ];
}
