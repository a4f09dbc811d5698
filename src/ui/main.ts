/** The page's entry: the elements, and the lab for scripts. `tokens.css` is linked by index.html. */
import { palimpsest } from './app/automation.ts';
import './app/lab-pages.ts';

window.palimpsest = palimpsest;
