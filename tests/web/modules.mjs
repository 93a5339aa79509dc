// The dashboard's modules for Node, which takes .js for ES modules only beside a package.json that
// says so; the dashboard itself has none.

import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const WEB = fileURLToPath(new URL('../../web', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'revisiond-web-'));
cpSync(join(WEB, 'scripts'), folder, { recursive: true });
writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Imports one of web/scripts. */
export const load = (name) => import(pathToFileURL(join(folder, name)).href);
