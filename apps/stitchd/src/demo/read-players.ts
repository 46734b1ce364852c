import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { CommandError } from '../terminal/command-error.ts';
import { arms, type Player } from './player.ts';

const header = 'userid,version,sum_gamerounds,retention_1,retention_7';
const truths: Readonly<Record<string, boolean>> = { TRUE: true, FALSE: false };

/**
 * Reads the data file.
 * @throws CommandError naming the line that is not as it should be, and where a player comes twice
 */
export async function readPlayers(file: string): Promise<readonly Player[]> {
  const players: Player[] = [];
  const seen = new Set<string>();
  let lineNumber = 0;
  try {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
      lineNumber++;
      if (lineNumber === 1) {
        if (line.trim() !== header) throw new CommandError(`${file} begins with "${line}", not with "${header}"`);
        continue;
      }
      if (line.trim() === '') continue;
      const player = parsePlayer(line);
      if (player === undefined) throw new CommandError(`${file}, line ${lineNumber}: "${line}" is no player`);
      if (seen.has(player.userId)) throw new CommandError(`${file}, line ${lineNumber}: player ${player.userId} comes twice`);
      seen.add(player.userId);
      players.push(player);
    }
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new CommandError(`${file} can't be read: ${code === 'ENOENT' ? 'there is no such file' : code}`, 'FAILED', {
      cause: error,
    });
  }
  if (players.length === 0) throw new CommandError(`${file} holds no players`);
  return players;
}

function parsePlayer(line: string): Player | undefined {
  const [userId = '', versionText = '', roundsText = '', day1 = '', day7 = '', ...more] = line.trim().split(',');
  const version = arms.find((arm) => arm === versionText);
  const retention1 = truths[day1];
  const retention7 = truths[day7];
  if (
    more.length > 0 ||
    userId === '' ||
    version === undefined ||
    !/^\d+$/.test(roundsText) ||
    retention1 === undefined ||
    retention7 === undefined
  )
    return undefined;
  return { userId, version, rounds: Number(roundsText), retention1, retention7 };
}
