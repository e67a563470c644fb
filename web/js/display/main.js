import { optionsOf, Screen } from './app.js';

new Screen(optionsOf(location)).start();
