# shellcheck shell=bash
# What the scripts share: sourced, never run. What it says goes to standard error.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
python=$root/.venv/bin/python

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

# Print the path of the first Python 3.11-3.13. Each is run, for a name on PATH may be only a placeholder.
find_python() {
    local name
    for name in python3 python3.13 python3.12 python3.11; do
        "$name" 2>/dev/null - <<'PYTHON' && return
import sys
if not (3, 11) <= sys.version_info < (3, 14):
    sys.exit(1)
print(sys.executable)
PYTHON
    done
    return 1
}

# Print the path of the first browser that the tests can drive.
find_chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

# FluidR3 does too: an older installation keeps it.
have_soundfont() { [ -f /usr/share/sounds/sf2/MuseScore_General_Full.sf2 ] || [ -f /usr/share/sounds/sf2/FluidR3_GM.sf2 ]; }

# The server's own folder: Debian puts only the client's programs on the path.
have_postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null; }

# Print the Debian packages that are missing for requirements/$1.txt, one a line.
missing_packages() {
    local found
    command -v fluidsynth >/dev/null || echo fluidsynth
    have_soundfont || echo musescore-general-soundfont-lossless
    if [ "$1" = dev ]; then
        find_chromium >/dev/null || chromium_package
        have_postgres || echo postgresql
        [ -f /usr/share/fonts/truetype/noto/NotoColorEmoji.ttf ] || echo fonts-noto-color-emoji
    fi
    if [ -x "$python" ]; then
        return
    elif ! found=$(find_python); then
        echo python3-venv
    elif ! "$found" -c 'import ensurepip, venv' 2>/dev/null; then
        "$found" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'
    fi
}

# Ubuntu calls it otherwise.
chromium_package() { if grep -qs '^ID=ubuntu' /etc/os-release; then echo chromium-browser; else echo chromium; fi; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# A sudo that would have to ask for a password can do so only on a terminal.
can_be_root() {
    [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; }
}

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 "$@" >/dev/null
}

install_by_apt() {
    local packages
    packages=$(missing_packages "$1" | xargs)
    [ -n "$packages" ] || return 0
    can_be_root || fail "Missing: $packages. As root: apt-get install --no-install-recommends $packages"
    say "Installing $packages (only this once)."
    apt update || fail "apt-get update failed, so $packages could not be installed: mend that and try again."
    # shellcheck disable=SC2086 # one word is one package
    apt install -y --no-install-recommends $packages ||
        fail "apt-get could not install $packages: mend that and try again."
}

have_programs() {
    command -v fluidsynth >/dev/null && { [ -x "$python" ] || find_python >/dev/null; }
}

# FluidSynth, a soundfont, Python with venv; a browser for the tests. Homebrew's FluidSynth brings a soundfont.
install_programs() {
    if command -v apt-get >/dev/null; then
        install_by_apt "$1"
    elif [ "$(uname)" = Darwin ]; then
        have_programs || fail "FluidSynth or Python 3.11-3.13 is missing: brew install fluid-synth python@3.13"
    else
        have_programs || fail "FluidSynth or Python 3.11-3.13 is missing: install both, and a General MIDI soundfont."
    fi
}

# Make or mend .venv and put into it what requirements/$1.txt locks, and this folder itself.
install_python_packages() {
    local lock=$root/requirements/$1.txt base
    say "Installing Python packages into .venv (only this once)."
    if ! "$python" -m pip --version >/dev/null 2>&1; then
        base=$(find_python) || fail "No Python 3.11-3.13 was found: install one."
        "$base" -m venv --clear "$root/.venv"
    fi
    "$python" -m pip install -qq --disable-pip-version-check --no-input \
        --only-binary :all: --require-hashes -r "$lock" || fail "pip could not install $lock: mend that and try again."
    echo "$root" >"$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/cadenza.pth"
    cp "$lock" "$root/.venv/"
}

# Install what is missing for requirements/$1.txt. A copy of the lock in .venv says that it was installed to the end.
setup() {
    install_programs "$1"
    cmp -s "$root/requirements/$1.txt" "$root/.venv/$1.txt" || install_python_packages "$1"
}
