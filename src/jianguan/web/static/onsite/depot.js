// What the phone keeps until it is handed in: the inspections given to the post, forms, pictures. IndexedDB.

const NAME = "jianguan-onsite";
const STORES = ["kept", "forms", "pictures"];

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

let opened;
function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => STORES.forEach((name) => request.result.createObjectStore(name));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function store(name, mode) {
  return (await open()).transaction(name, mode).objectStore(name);
}

export const get = async (name, key) => done((await store(name, "readonly")).get(key));
export const all = async (name) => done((await store(name, "readonly")).getAll());
export const put = async (name, key, value) => done((await store(name, "readwrite")).put(value, key));
export const remove = async (name, key) => done((await store(name, "readwrite")).delete(key));

export const unsent = async () => (await all("forms")).filter((form) => form.state !== "sent");
export const picturesOf = async (form) => (await all("pictures")).filter((one) => one.form === form);

export async function forget(form) {
  for (const one of await picturesOf(form.form)) await remove("pictures", `${one.form}/${one.role}/${one.sha256}`);
  await remove("forms", form.inspection);
}

// At log-out: everything goes but what was not handed in yet; that shows to its own post alone.
export async function leave() {
  if (!(await indexedDB.databases()).some((one) => one.name === NAME)) return;
  const left = await unsent();
  if (left.length) await remove("kept", "inspections");
  else {
    (await open()).close();
    opened = undefined;
    await done(indexedDB.deleteDatabase(NAME));
  }
  for (const name of await caches.keys()) if (name.startsWith("onsite-") && !left.length) await caches.delete(name);
}

export async function wipe() {
  for (const name of STORES) await done((await store(name, "readwrite")).clear());
}
