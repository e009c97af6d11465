//go:build unix

package privatefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const text = "a secret"

// write creates a file with a mode, independent of the umask.
func write(t *testing.T, file string, mode fs.FileMode) string {
	t.Helper()
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	require.NoError(t, os.Chmod(file, mode))
	return file
}

func folder(t *testing.T, path string, mode fs.FileMode) string {
	t.Helper()
	require.NoError(t, os.Mkdir(path, 0o700))
	require.NoError(t, os.Chmod(path, mode))
	return path
}

func link(t *testing.T, target, path string) string {
	t.Helper()
	require.NoError(t, os.Symlink(target, path))
	return path
}

// refused asserts that a file is refused, and returns the error without the path.
func refused(t *testing.T, c checker, file string) string {
	t.Helper()
	got, err := read(file, len(text), c)
	require.Error(t, err, file)
	assert.Zero(t, got)
	var at *fs.PathError
	require.ErrorAs(t, err, &at)
	assert.Equal(t, file, at.Path)
	assert.NotContains(t, err.Error(), text)
	return at.Err.Error()
}

func TestModes(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	for _, mode := range []fs.FileMode{0o400, 0o440, 0o600, 0o640, 0o444, 0o644, 0o755} {
		got, err := Read(write(t, file, mode), len(text))
		require.NoError(t, err, mode)
		assert.Equal(t, text, string(got.Text))
		assert.Equal(t, mode&0o004 != 0, got.ReadableByOthers(), mode)
		require.NoError(t, os.Remove(file))
	}
	for _, mode := range []fs.FileMode{0o620, 0o602, 0o660, 0o606, 0o666, 0o777} {
		assert.Contains(t, refused(t, newChecker(), write(t, file, mode)),
			fmt.Sprintf("its group or others can write it (mode %04o): chmod go-w", mode))
		require.NoError(t, os.Remove(file))
	}
}

func TestIrregularFiles(t *testing.T) {
	at := t.TempDir()
	assert.Equal(t, "is a directory", refused(t, newChecker(), at))
	assert.Contains(t, refused(t, newChecker(), "/dev/null"), "not a regular file")
	pipe := filepath.Join(at, "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	assert.Contains(t, refused(t, newChecker(), pipe), "not a regular file", "and nobody waits for a writer")
	assert.Equal(t, "no such file or directory", refused(t, newChecker(), filepath.Join(at, "none")))
	assert.Equal(t, "no such file or directory",
		refused(t, newChecker(), link(t, "nowhere", filepath.Join(at, "dangling"))))
	assert.Equal(t, "too many levels of symbolic links",
		refused(t, newChecker(), link(t, "circle", filepath.Join(at, "circle"))))
	assert.Equal(t, "no such file or directory", refused(t, newChecker(), ""))
}

func TestSize(t *testing.T) {
	file := write(t, filepath.Join(t.TempDir(), "key"), 0o600)
	_, err := Read(file, len(text))
	require.NoError(t, err)
	_, err = Read(file, len(text)-1)
	assert.ErrorContains(t, err, "it has more than 7 bytes")
}

func TestFolders(t *testing.T) {
	at := t.TempDir()
	for mode, says := range map[fs.FileMode]string{
		0o700: "", 0o755: "", 0o775: "", // a group of one's own
		0o777 | fs.ModeSticky: "",
		0o777:                 "(mode 0777) and replace the file: chmod o-w",
		0o702:                 "(mode 0702) and replace the file: chmod o-w",
	} {
		inner := folder(t, filepath.Join(at, "inner"), mode)
		file := write(t, filepath.Join(inner, "key"), 0o600)
		deep := write(t, filepath.Join(folder(t, filepath.Join(inner, "deep"), 0o700), "key"), 0o600)
		around := link(t, "inner/deep/../key", filepath.Join(at, "around"))
		for _, path := range []string{file, deep, around} {
			if says == "" {
				_, err := Read(path, len(text))
				assert.NoError(t, err, "%s in a folder of mode %v", path, mode)
			} else {
				said := refused(t, newChecker(), path)
				assert.Contains(t, said, says)
				assert.Contains(t, said, inner, "the folder is named")
			}
		}
		require.NoError(t, os.RemoveAll(inner))
		require.NoError(t, os.Remove(around))
	}
}

func TestRelativePaths(t *testing.T) {
	t.Chdir(folder(t, filepath.Join(t.TempDir(), "open"), 0o777))
	write(t, "key", 0o600)
	for _, path := range []string{"key", "./key", "../open/key"} {
		assert.Contains(t, refused(t, newChecker(), path), "every user can write the folder")
	}
	require.NoError(t, os.Chmod(".", 0o700))
	for _, path := range []string{"key", "./key", "../open/key"} {
		_, err := Read(path, len(text))
		assert.NoError(t, err)
	}
}

// TestOwners: the file, a folder and a link must not belong to another user.
func TestOwners(t *testing.T) {
	at, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	inner := folder(t, filepath.Join(at, "inner"), 0o755)
	file := write(t, filepath.Join(inner, "key"), 0o644)
	linked := link(t, "inner", filepath.Join(at, "linked"))
	given := filepath.Join(linked, "key")
	const self, stranger = 4242, 4343
	for _, c := range []struct {
		path   string
		strays string // the path that is a stranger's
		says   string
	}{
		{file, "", ""},
		{given, "", ""},
		{file, file, "user 4343 owns it and could change it: make root or user 4242, who runs this process, its owner"},
		{file, inner, `user 4343 owns the folder "` + inner + `"`},
		{file, at, `user 4343 owns the folder "` + at + `"`},
		{file, linked, ""}, // not on the way
		{given, linked, `user 4343 owns the symbolic link "` + linked + `"`},
		{given, inner, `user 4343 owns the folder "` + inner + `"`},
	} {
		for _, owner := range []int{0, self} {
			as := checker{self: self, owner: func(path string, _ fs.FileInfo) int {
				if path == c.strays {
					return stranger
				}
				return owner
			}}
			if c.says == "" {
				_, err := read(c.path, len(text), as)
				assert.NoError(t, err)
			} else {
				assert.Contains(t, refused(t, as, c.path), c.says)
			}
		}
	}
	info, err := os.Stat(file)
	require.NoError(t, err)
	assert.Equal(t, os.Geteuid(), newChecker().owner(file, info), "what is really asked")
	assert.Equal(t, os.Geteuid(), newChecker().self)
}

// TestKubernetes: a mounted secret is a link to a folder that is replaced in one step. The mount is sticky.
func TestKubernetes(t *testing.T) {
	mount := folder(t, filepath.Join(t.TempDir(), "mount"), 0o777|fs.ModeSticky)
	for _, version := range []string{"..2026_01", "..2026_02"} {
		write(t, filepath.Join(folder(t, filepath.Join(mount, version), 0o755), "key"), 0o644)
	}
	link(t, "..2026_01", filepath.Join(mount, "..data"))
	key := link(t, "..data/key", filepath.Join(mount, "key"))
	got, err := Read(key, len(text))
	require.NoError(t, err)
	assert.True(t, got.ReadableByOthers())
	require.NoError(t, os.Rename(link(t, "..2026_02", filepath.Join(mount, "..data_tmp")), filepath.Join(mount, "..data")))
	_, err = Read(key, len(text))
	require.NoError(t, err)
}

// TestSecretAsPath: apart from the path, the error does not show it.
func TestSecretAsPath(t *testing.T) {
	t.Chdir(t.TempDir())
	secret := strings.Repeat("0123456789abcdef", 4)
	_, err := Read(secret, 256)
	var at *fs.PathError
	require.True(t, errors.As(err, &at))
	assert.NotContains(t, at.Op+at.Err.Error(), secret)
}
