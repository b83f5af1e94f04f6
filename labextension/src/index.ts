/** The plugins that JupyterLab loads. */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { commandsPlugin } from './commands';
import { hintsPlugin } from './hints';
import { mlflowPlugin } from './mlflow';
import { panelPlugin } from './panel/plugin';
import {
  documentsPlugin,
  serverPlugin,
  settingsPlugin,
  trackerPlugin
} from './plugins';
import { statusPlugin } from './statusbar';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  settingsPlugin,
  serverPlugin,
  documentsPlugin,
  trackerPlugin,
  hintsPlugin,
  commandsPlugin,
  statusPlugin,
  panelPlugin,
  mlflowPlugin
];

export default plugins;
