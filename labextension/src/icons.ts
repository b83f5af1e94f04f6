/** The icon of everything that is ours: a shield that holds a small graph. */
import { LabIcon } from '@jupyterlab/ui-components';

import shield from '../style/icons/shield.svg';

export const shieldIcon = new LabIcon({
  name: 'jupyter-aisec:shield',
  svgstr: shield
});
