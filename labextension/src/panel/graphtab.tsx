/** The lineage of one notebook in a tab of its own, with room. */
import { DOMUtils, MainAreaWidget } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import * as React from 'react';

import { shieldIcon } from '../icons';
import type { LineageModel } from '../model/lineage';
import { LineageStatus } from '../views/lineage';
import { LineagePicture } from '../views/picture';
import type { IPanelContext } from './context';
import { Section } from './section';

export function graphTab(
  context: IPanelContext,
  model: LineageModel
): MainAreaWidget<Section> {
  const { trans } = context;
  const view = {
    id: 'graph',
    title: trans.__('Lineage of %1', PathExt.basename(model.path)),
    share: 1,
    View: () => <LineageTab context={context} model={model} />,
    models: () => [model]
  };
  const content = new Section(view, context);
  const tab = new MainAreaWidget({ content });
  tab.id = DOMUtils.createDomID();
  tab.title.label = view.title;
  tab.title.caption = model.path;
  tab.title.icon = shieldIcon;
  tab.title.closable = true;
  tab.addClass('jp-AisecGraphTab');
  tab.toolbar.hide();
  model.disposed.connect(() => {
    tab.dispose();
  });
  return tab;
}

function LineageTab(props: {
  readonly context: IPanelContext;
  readonly model: LineageModel;
}): React.ReactElement {
  const { context, model } = props;
  const [selected, setSelected] = React.useState<string | null>(null);
  return (
    <>
      <LineageStatus context={context} model={model} />
      {model.reply !== null && model.reply.nodes.length > 0 && (
        <LineagePicture
          context={context}
          reply={model.reply}
          cells={model.cells}
          asOutline={false}
          whole
          selected={selected}
          onSelect={setSelected}
        />
      )}
    </>
  );
}
