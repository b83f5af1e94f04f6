/** The panel in the sidebar: one section for each view. */
import type { IStateDB } from '@jupyterlab/statedb';
import type { ITranslator } from '@jupyterlab/translation';
import { SidePanel } from '@jupyterlab/ui-components';
import { AccordionPanel } from '@lumino/widgets';

import { shieldIcon } from '../icons';
import type { IPanelContext } from './context';
import { Fit } from './fit';
import { Section } from './section';
import { viewsOf } from './views';

export class AisecPanel extends SidePanel {
  constructor(
    context: IPanelContext,
    translator: ITranslator,
    state: IStateDB | null
  ) {
    super({ translator });
    this.id = 'jp-aisec-panel';
    this.addClass('jp-AisecPanel');
    this.title.icon = shieldIcon;
    this.title.caption = context.trans.__('AI security');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', context.trans.__('AI security'));
    this.content.node.removeAttribute('role');
    this.content.node.removeAttribute('aria-label');
    for (const view of viewsOf(context)) {
      this.addWidget(new Section(view, context));
    }
    if (this.content instanceof AccordionPanel) {
      for (const [at, { view }] of this._sections.entries()) {
        if (view.folded === true) {
          this.content.collapse(at);
        }
      }
      new Fit(
        this.content,
        this._sections,
        state,
        context.trans.__('Double-click: as high as the content needs')
      );
    }
  }

  /** Unfold the section of a view; false when there is no such view. */
  unfold(id: string): boolean {
    const at = this._sections.findIndex(each => each.view.id === id);
    if (at >= 0 && this.content instanceof AccordionPanel) {
      this.content.expand(at);
    }
    return at >= 0;
  }

  /** Whether a person can see the view. */
  shows(id: string): boolean {
    return this._sections.some(each => each.view.id === id && each.isVisible);
  }

  private get _sections(): readonly Section[] {
    return this.widgets.filter(each => each instanceof Section);
  }
}
