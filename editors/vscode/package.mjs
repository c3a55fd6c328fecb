// Packs nbguard.vsix. The same sources give the same bytes: times are those of SOURCE_DATE_EPOCH, or of 1980, in every
// time zone, and nothing is asked of the umask of who builds.
import { chmodSync, statSync } from 'node:fs';
import { createVSIX, listFiles, PackageManager } from '@vscode/vsce';

const LIMIT = 500_000;

process.env.SOURCE_DATE_EPOCH ??= '315532800';
process.env.TZ = 'UTC';
for (const file of await listFiles({ packageManager: PackageManager.None })) {
  chmodSync(file, 0o644);
}
await createVSIX({ packagePath: 'nbguard.vsix', dependencies: false, allowMissingRepository: true });
const { size } = statSync('nbguard.vsix');
if (size > LIMIT) {
  throw new Error(`nbguard.vsix has ${size} bytes, and may have ${LIMIT}`);
}
