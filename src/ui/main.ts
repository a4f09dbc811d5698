/** The page's entry: the elements, and the lab for scripts. `tokens.css` is linked by index.html. */
import { palimpsest } from './automation.ts';
import './lab-app.ts';

window.palimpsest = palimpsest;
