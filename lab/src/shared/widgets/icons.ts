/** The icons of the panels, coloured by the theme. */
import { LabIcon } from '@jupyterlab/ui-components';

export const shieldIcon = new LabIcon({
  name: 'nbguard:shield',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><path class="jp-icon3" fill="#616161" d="M12 2 4 5v6c0 5 3.4 9.3 8 11 4.6-1.7 8-6 8-11V5zm0 2.2 6 2.2V11c0 3.9-2.4 7.2-6 8.8-3.600-1.6-6-4.900-6-8.800V6.400zM11 7h2v6h-2zm0 7.500h2v2h-2z"/></svg>'
});

export const keyIcon = new LabIcon({
  name: 'nbguard:key',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><path class="jp-icon3" fill="#616161" d="M7.500 7a5 5 0 1 0 4.600 7H15v3h3v-3h1v3h3v-5h-9.900A5 5 0 0 0 7.500 7m0 2.200a2.800 2.800 0 1 1 0 5.600 2.800 2.800 0 0 1 0-5.600"/></svg>'
});
