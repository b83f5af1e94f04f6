/** The lineage drawn, as a graph or an outline, and the details of the asset that is chosen in it. */
import * as React from 'react';

import { drawn } from '../model/drawn';
import type { CellPlaces } from '../model/lineage';
import type { IPanelContext } from '../panel/context';
import type { LineageReply } from '../wire';
import { inferredWords } from './assets';
import { Boundary } from './boundary';
import { NodeDetail } from './nodedetail';
import { LineageOutline } from './outline';

const LineageGraph = React.lazy(() => import('./graph'));

export function LineagePicture(props: {
  readonly context: IPanelContext;
  readonly reply: LineageReply;
  readonly cells: CellPlaces;
  readonly asOutline: boolean;
  /** All of the graph at first, however small. */
  readonly whole: boolean;
  readonly selected: string | null;
  readonly onSelect: (id: string | null) => void;
}): React.ReactElement {
  const { cells, context, onSelect, reply, selected } = props;
  const { trans } = context;
  const chosen = reply.nodes.find(each => each.id === selected);
  const place = React.useRef<HTMLDivElement>(null);
  const shown = React.useMemo(() => drawn(reply), [reply]);
  const drawing = {
    ...shown,
    cells,
    selected,
    onSelect,
    trans
  };
  const outline = <LineageOutline {...drawing} />;
  const close = (): void => {
    place.current
      ?.querySelector<HTMLElement>(
        `[data-node="${CSS.escape(selected ?? '')}"]`
      )
      ?.focus();
    onSelect(null);
  };

  return (
    <div ref={place} className="jp-AisecPicture">
      {props.asOutline ? (
        outline
      ) : (
        <Boundary
          instead={
            <>
              <p className="jp-AisecProblem" role="alert">
                {trans.__(
                  "The graph can't be drawn; this is the same as a list."
                )}
              </p>
              {outline}
            </>
          }
        >
          <React.Suspense fallback={<p>{trans.__('Drawing…')}</p>}>
            <LineageGraph {...drawing} whole={props.whole} />
          </React.Suspense>
          <Legend {...{ trans }} />
        </Boundary>
      )}
      {chosen !== undefined && (
        <NodeDetail
          context={context}
          node={chosen}
          edges={reply.edges}
          cells={cells}
          onClose={close}
        />
      )}
    </div>
  );
}

function Legend(props: {
  readonly trans: IPanelContext['trans'];
}): React.ReactElement {
  const { trans } = props;
  return (
    <p className="jp-AisecLegend">
      <span title={trans.__('It was seen happening while the cell ran.')}>
        <svg viewBox="0 0 16 4" aria-hidden="true">
          <path d="M0 2h16" />
        </svg>{' '}
        {trans.__('observed')}
      </span>
      <span title={inferredWords(trans)}>
        <svg viewBox="0 0 16 4" aria-hidden="true">
          <path d="M0 2h16" strokeDasharray="4 2" />
        </svg>{' '}
        {trans.__('inferred from the code')}
      </span>
    </p>
  );
}
