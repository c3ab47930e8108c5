// Bluebird as the global Promise: what an async function returns is not an instance of it.
import Bluebird from 'bluebird';

globalThis.Promise = Bluebird;
