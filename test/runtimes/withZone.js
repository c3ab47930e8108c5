// zone.js, with the native async functions that Angular's own builds would replace.
import 'zone.js';
