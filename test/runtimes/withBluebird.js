// Bluebird as the global Promise. The promise of an async function is not an instance of it.
import Bluebird from 'bluebird';

globalThis.Promise = Bluebird;
