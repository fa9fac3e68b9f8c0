// How the page and the stand-in talk: a stream of changes comes in, verbs and files go out.

const MEBIBYTE = 1024 * 1024;

let stream;

// Hear of everything that one person sees. `onChanges` gets what changed, and whether it is all there is.
export function listen(me, onChanges, onLost) {
  stream?.close();
  let whole = true;
  stream = new EventSource(`/page/changes?me=${encodeURIComponent(me)}`);
  stream.onopen = () => (whole = true);
  stream.onerror = onLost;
  stream.onmessage = (event) => {
    onChanges(JSON.parse(event.data), whole);
    whole = false;
  };
}

// Do something; what comes back holds `error` where it could not be done.
export async function act(verb, asked) {
  try {
    const answer = await fetch(`/page/do/${verb}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(asked),
    });
    return await answer.json();
  } catch {
    return { error: "Nothing answers at this address any more: is it still running in the terminal?" };
  }
}

// Hand a file in and get its id; throws a sentence where it is not taken.
export async function upload(file, limit) {
  if (file.size > limit) throw new Error(`${file.name}: at most ${Math.floor(limit / MEBIBYTE)} MB can be sent here.`);
  let answer;
  try {
    answer = await fetch(`/page/upload?name=${encodeURIComponent(file.name)}`, { method: "POST", body: file });
  } catch {
    // A folder is no file to a browser either.
    throw new Error(`${file.name} could not be read or sent: drop files, and see whether the terminal still runs.`);
  }
  if (!answer.ok) throw new Error(`${file.name} was not taken.`);
  return (await answer.json()).id;
}
