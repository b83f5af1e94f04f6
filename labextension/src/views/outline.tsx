/** The lineage as a tree of lines: for screen readers, and where there is little room. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { CellPlaces } from '../model/lineage';
import { outline } from '../model/outline';
import type { LineageEdge, LineageNode } from '../wire';
import { DocumentBadge, edgeWords, KindIcon, kindWord } from './assets';
import { useRoving } from './roving';
import { Foreign } from './text';

export function LineageOutline(props: {
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly LineageEdge[];
  readonly cells: CellPlaces;
  readonly selected: string | null;
  readonly onSelect: (id: string) => void;
  readonly trans: TranslationBundle;
}): React.ReactElement {
  const { cells, edges, nodes, onSelect, selected, trans } = props;
  const [folded, setFolded] = React.useState<ReadonlySet<string>>(new Set());
  const roving = useRoving();
  const rows = React.useMemo(
    () => outline(nodes, edges, folded),
    [nodes, edges, folded]
  );

  const fold = (key: string, shut: boolean): void => {
    const next = new Set(folded);
    if (shut) {
      next.add(key);
    } else {
      next.delete(key);
    }
    setFolded(next);
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const row = rows.find(each => each.key === roving.active);
    if (row === undefined) {
      return;
    }
    const at = rows.indexOf(row);
    if (event.key === 'Enter' || event.key === ' ') {
      onSelect(row.node.id);
    } else if (event.key === 'ArrowLeft') {
      if (row.parent && !folded.has(row.key)) {
        fold(row.key, true);
      } else {
        const above = rows
          .slice(0, at)
          .reverse()
          .find(each => each.level < row.level);
        roving.focus(above?.key);
      }
    } else if (event.key === 'ArrowRight') {
      if (row.parent && folded.has(row.key)) {
        fold(row.key, false);
      } else if (row.parent) {
        roving.focus(rows[at + 1]?.key);
      }
    } else {
      roving.onKeyDown(event);
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      ref={roving.list}
      className="jp-AisecOutline"
      role="tree"
      aria-label={trans.__('What was made, and below it what it was made from')}
      onFocus={roving.onFocus}
      onKeyDown={onKeyDown}
    >
      {rows.map(row => (
        <div
          key={row.key}
          className="jp-AisecOutline-row"
          role="treeitem"
          aria-level={row.level}
          aria-setsize={row.siblings}
          aria-posinset={row.position}
          aria-expanded={row.parent ? !folded.has(row.key) : undefined}
          aria-selected={row.node.id === selected}
          data-stop={row.key}
          data-node={row.node.id}
          tabIndex={roving.active === row.key ? 0 : -1}
          style={{ '--jp-aisec-level': row.level } as React.CSSProperties}
          onClick={() => {
            onSelect(row.node.id);
          }}
        >
          <span
            className="jp-AisecOutline-fold"
            aria-hidden="true"
            onClick={event => {
              event.stopPropagation();
              if (row.parent) {
                fold(row.key, !folded.has(row.key));
              }
            }}
          >
            {row.parent ? (folded.has(row.key) ? '▸' : '▾') : ''}
          </span>
          <KindIcon kind={row.node.kind} />
          <span className="jp-AisecOutline-text">
            <Foreign text={row.node.name} />{' '}
            <span className="jp-AisecSoft">
              {[
                kindWord(row.node.kind, trans),
                ...new Set(row.edges.map(each => edgeWords(each, cells, trans)))
              ].join(' · ')}
              {row.edges.length > 0 &&
                row.edges.every(each => each.certainty === 'inferred') &&
                ` · ${trans.__('inferred from the code')}`}
              {row.repeated && ` · ${trans.__('see above')}`}
            </span>{' '}
            {row.node.documentation !== null && (
              <DocumentBadge state={row.node.documentation} trans={trans} />
            )}
          </span>
        </div>
      ))}
    </div>
  );
}
