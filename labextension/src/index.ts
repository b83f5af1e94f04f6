/** The plugins that JupyterLab loads. */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { serverPlugin, settingsPlugin } from './plugins';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  settingsPlugin,
  serverPlugin
];

export default plugins;
