/** Puts the panel into the sidebar, and the commands that open it. */
import {
  ILabShell,
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, type MainAreaWidget } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { shieldIcon } from '../icons';
import { CoverageModel } from '../model/coverage';
import { Drafts } from '../model/drafts';
import type { LineageModel } from '../model/lineage';
import { Lineages } from '../model/lineages';
import { openMlflow } from '../mlflow';
import { announceNewSources } from '../newsource';
import {
  CommandIDs,
  IAisecSettings,
  IFindingsTracker,
  IServer
} from '../tokens';
import { Choices } from './choices';
import type { IPanelContext } from './context';
import { goTo } from './goto';
import { graphTab } from './graphtab';
import { addLoadCommand } from './loadcell';
import { AisecPanel } from './panel';

export const panelPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-aisec:panel',
  description: 'The panel with findings, lineage, data sources and coverage.',
  autoStart: true,
  requires: [IFindingsTracker, INotebookTracker, IServer, IAisecSettings],
  optional: [
    ITranslator,
    ICommandPalette,
    ILayoutRestorer,
    ILabShell,
    IStateDB
  ],
  activate: (
    app: JupyterFrontEnd,
    findings: IFindingsTracker,
    notebooks: INotebookTracker,
    server: IServer,
    settings: IAisecSettings,
    languages: ITranslator | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    labShell: ILabShell | null,
    state: IStateDB | null
  ): void => {
    const translator = languages ?? nullTranslator;
    const trans = translator.load('jupyter_aisec');
    const lineages = new Lineages(notebooks, findings, server);
    const coverage = new CoverageModel(server, findings);
    const context: IPanelContext = {
      findings,
      lineages,
      coverage,
      server,
      commands: app.commands,
      choices: new Choices(),
      drafts: new Drafts(window.sessionStorage),
      trans,
      goTo: spot => goTo(spot, app.commands, findings),
      leave: () => app.shell.currentWidget?.activate(),
      openRun: model =>
        openMlflow({
          server,
          baseUrl: app.serviceManager.serverSettings.baseUrl,
          path: model.path,
          trans,
          page: async () => {
            // Nobody tells the page when the run has come to MLflow.
            await model.refresh();
            if (model.reply?.run) {
              return model.reply.run.fragment;
            }
            throw new Error(
              model.state === 'known'
                ? (model.reply?.problem ??
                    trans.__(
                      'This run is on its way to MLflow: try again in a moment.'
                    ))
                : model.said
            );
          }
        }),
      // Only JupyterLab has tabs.
      enlarge: labShell && tabOpener(app, () => context)
    };
    const panel = new AisecPanel(context, translator, state);
    app.shell.add(panel, 'right', { rank: 800, type: 'AI security' });
    restorer?.add(panel, 'jupyter-aisec');

    findings.currentChanged.connect(() => {
      context.choices.forget();
    });
    window.addEventListener('focus', () => {
      lineages.current?.glance();
      coverage.glance();
    });
    followNews(coverage, app.serviceManager.contents, lineages, server);
    addCommands(app, panel, context);
    addLoadCommand(app, notebooks, trans);
    for (const command of [CommandIDs.open, CommandIDs.loadExtension]) {
      palette?.addItem({ command, category: trans.__('AI security') });
    }
    announceNewSources({
      lineages,
      settings,
      state,
      trans,
      seesSources: () => panel.shows('sources'),
      describe: ({ path }, name) => {
        const panel = notebooks.find(each => each.context.localPath === path);
        if (panel !== undefined) {
          app.shell.activateById(panel.id);
        }
        void app.commands.execute(CommandIDs.show, {
          section: 'sources',
          name
        });
      }
    });
  }
};

function addCommands(
  app: JupyterFrontEnd,
  panel: AisecPanel,
  { choices, trans }: IPanelContext
): void {
  app.commands.addCommand(CommandIDs.open, {
    label: trans.__('Show AI Security'),
    caption: trans.__(
      'Open the panel with findings, lineage, data sources and coverage'
    ),
    icon: shieldIcon,
    describedBy: { args: { type: 'object', properties: {} } },
    execute: () => {
      app.shell.activateById(panel.id);
      panel.unfold('findings');
      choices.choose({ takeFocus: 'findings' });
    }
  });
  app.commands.addCommand(CommandIDs.show, {
    label: trans.__('Show in AI Security'),
    describedBy: {
      args: {
        type: 'object',
        required: ['section'],
        properties: {
          section: {
            type: 'string',
            description: trans.__('The view of the panel.')
          },
          rule: {
            type: 'string',
            description: trans.__('The rule to explain.')
          },
          name: {
            type: 'string',
            description: trans.__('The data source to describe.')
          }
        }
      }
    },
    execute: ({ section, rule, name }) => {
      app.shell.activateById(panel.id);
      if (typeof section !== 'string' || !panel.unfold(section)) {
        return;
      }
      if (section === 'findings') {
        choices.choose({ rule: typeof rule === 'string' ? rule : null });
      }
      if (typeof name === 'string') {
        choices.choose({ source: name, takeFocus: 'source' });
      }
    }
  });
}

/** Whatever changes what is covered: a kernel records, a file is saved, somebody answers. */
function followNews(
  coverage: CoverageModel,
  contents: Contents.IManager,
  lineages: Lineages,
  server: IServer
): void {
  const news = (): void => {
    coverage.news();
  };
  contents.fileChanged.connect(news);
  server.answered.connect(news);
  lineages.all.forEach(each => each.heard.connect(news));
  lineages.added.connect((_, each) => each.heard.connect(news));
}

/** One tab for each notebook. */
function tabOpener(
  app: JupyterFrontEnd,
  context: () => IPanelContext
): (model: LineageModel) => void {
  const tabs = new Map<LineageModel, MainAreaWidget>();
  return model => {
    let tab = tabs.get(model);
    if (tab === undefined) {
      tab = graphTab(context(), model);
      tabs.set(model, tab);
      tab.disposed.connect(() => tabs.delete(model));
      app.shell.add(tab, 'main', { mode: 'tab-after' });
    }
    app.shell.activateById(tab.id);
  };
}
