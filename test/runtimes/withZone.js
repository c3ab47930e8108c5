// zone.js with native async functions, which the builds of Angular would replace.
import 'zone.js';
