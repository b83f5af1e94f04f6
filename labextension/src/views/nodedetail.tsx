/** Everything that is known of one asset of the lineage. */
import { Clipboard } from '@jupyterlab/apputils';
import * as React from 'react';

import type { CellPlaces } from '../model/lineage';
import { sizeWords, visible } from '../model/words';
import type { IPanelContext } from '../panel/context';
import { CommandIDs } from '../tokens';
import type { LineageEdge, LineageNode } from '../wire';
import {
  digestWords,
  DocumentBadge,
  edgeWords,
  inferredWords,
  KindIcon,
  kindWord
} from './assets';
import { Foreign, Words } from './text';

export function NodeDetail(props: {
  readonly context: IPanelContext;
  readonly node: LineageNode;
  readonly edges: readonly LineageEdge[];
  readonly cells: CellPlaces;
  readonly onClose: () => void;
}): React.ReactElement {
  const { cells, context, edges, node } = props;
  const { commands, trans } = context;
  const [notice, setNotice] = React.useState('');
  React.useEffect(() => {
    setNotice('');
  }, [node.id]);
  const { sha256 } = node;

  return (
    <section
      className="jp-AisecDetail"
      aria-label={trans.__('Details of %1', visible(node.name))}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          props.onClose();
        }
      }}
    >
      <header>
        <KindIcon kind={node.kind} />
        <h3>
          <Foreign text={node.name} />
        </h3>
        <button
          type="button"
          className="jp-AisecButton"
          onClick={props.onClose}
        >
          {trans.__('Close')}
        </button>
      </header>
      <dl>
        <dt>{trans.__('Kind')}</dt>
        <dd>{kindWord(node.kind, trans)}</dd>
        {(node.documentation !== null || node.describable) && (
          <>
            <dt>{trans.__('Document')}</dt>
            <dd className="jp-AisecRow">
              <DocumentBadge
                state={node.documentation ?? 'missing'}
                trans={trans}
              />
              {(node.asked || node.describable) && (
                <button
                  type="button"
                  className="jp-AisecButton"
                  onClick={() =>
                    void commands.execute(CommandIDs.show, {
                      section: 'sources',
                      name: node.name
                    })
                  }
                >
                  {node.documentation === 'documented'
                    ? trans.__('Review')
                    : trans.__('Describe')}
                </button>
              )}
            </dd>
          </>
        )}
        {node.kind !== 'unknown' && node.kind !== 'notebook' && (
          <>
            <dt>{trans.__('SHA-256')}</dt>
            <dd>
              {sha256 === null ? (
                digestWords({ ...node, problem: null }, trans)
              ) : (
                <>
                  <code className="jp-AisecDigest">{visible(sha256)}</code>{' '}
                  <button
                    type="button"
                    className="jp-AisecButton"
                    onClick={() => {
                      Clipboard.copyToSystem(sha256);
                      setNotice(trans.__('The digest is copied.'));
                    }}
                  >
                    {trans.__('Copy')}
                  </button>
                </>
              )}
            </dd>
          </>
        )}
        {node.size !== null && (
          <>
            <dt>{trans.__('Size')}</dt>
            <dd>{sizeWords(node.size)}</dd>
          </>
        )}
        {node.location !== null && (
          <>
            <dt>{trans.__('Location')}</dt>
            <dd>
              <Foreign className="jp-AisecWrap" text={node.location} />
            </dd>
          </>
        )}
        {Object.entries(node.facts).map(([name, value]) => (
          <React.Fragment key={name}>
            <dt>
              <Foreign text={name} />
            </dt>
            <dd>
              <Foreign className="jp-AisecWrap" text={String(value)} />
            </dd>
          </React.Fragment>
        ))}
      </dl>
      {node.problem !== null && (
        <p className="jp-AisecProblem">
          <Words text={node.problem} />
        </p>
      )}
      <DeedList
        context={context}
        node={node}
        edges={edges}
        cells={cells}
        onNotice={setNotice}
      />
      <p className="jp-AisecNotice" role="status">
        {notice}
      </p>
    </section>
  );
}

/** What was done with the asset, each with the cell that did it. */
function DeedList(props: {
  readonly context: IPanelContext;
  readonly node: LineageNode;
  readonly edges: readonly LineageEdge[];
  readonly cells: CellPlaces;
  readonly onNotice: (words: string) => void;
}): React.ReactElement | null {
  const { cells, context, edges, node, onNotice } = props;
  const { findings, trans } = context;
  const own = edges.filter(
    each => each.source === node.id || each.target === node.id
  );
  // The cell did one thing, whatever the number of edges that it left.
  const deeds = [
    ...new Map(
      own.map(each => [JSON.stringify([each.verb, each.cell, each.call]), each])
    ).values()
  ];
  if (deeds.length === 0) {
    return null;
  }
  const goTo = async (cellId: string): Promise<void> => {
    const there = await findings.revealCell(cellId);
    onNotice(
      there ? '' : trans.__('The cell is not in this notebook any more.')
    );
  };
  return (
    <ul className="jp-AisecDeeds">
      {deeds.map((edge, index) => (
        <li key={index}>
          {edge.cellId === null || !cells.has(edge.cellId) ? (
            edgeWords(edge, cells, trans)
          ) : (
            <button
              type="button"
              className="jp-AisecLink"
              title={trans.__('Go to the cell')}
              onClick={() => void goTo(edge.cellId!)}
            >
              {edgeWords(edge, cells, trans)}
            </button>
          )}
          {edge.call !== null && (
            <>
              {' '}
              <code className="jp-AisecSoft">
                <Foreign className="jp-AisecWrap" text={edge.call} />
              </code>
            </>
          )}
          {edge.certainty === 'inferred' && (
            <span className="jp-AisecSoft" title={inferredWords(trans)}>
              {' '}
              {trans.__('inferred from the code')}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
