/** The page's entry: the elements, and the lab for scripts. `tokens.css` is linked by index.html. */
import { version } from '../../package.json';
import './app/lab-pages.ts';

const fetched = () => import('./app/automation.ts');

window.palimpsest = {
  version,
  presets: async () => (await fetched()).automation.presets(),
  run: async (config, options) => (await fetched()).automation.run(config, options),
  probe: async () => (await fetched()).automation.probe(),
};
