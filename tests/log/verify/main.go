// Reads a petition's log over HTTP and checks it with the packages that check Go's own checksum database, `note`
// and `tlog`. Nothing of ours is in it but the three lines of a checkpoint, the paths of tiles and the form of
// bundles, as docs/protocol.md has them.
//
//	log-verifier http://host/p/slug
//
// First the log as it is: the checkpoint is signed by the log's key, the entries have its root, and so have the
// tiles. Then it answers each line of standard input with `agreed` or `refused: why`; everything else is
// hexadecimal, N and SIZE are decimal:
//
//	checkpoint NOTE                      another checkpoint of this log, older or as old
//	root SIZE ROOT                       the root at a size, from the entries and from the tiles of that size
//	inclusion SIZE N ENTRY [HASH...]     a proof that ENTRY is the Nth, from 0
//	consistency OLD NEW [HASH...]        a proof that the log of NEW entries continues the one of OLD
//
// The first answer is about the log; after `refused` there is no other.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Tiles are 2^8 hashes wide.
const height = 8

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: log-verifier http://host/p/slug")
		os.Exit(2)
	}
	log, err := read(os.Args[1])
	answer(err)
	if err != nil {
		os.Exit(1)
	}
	lines := bufio.NewScanner(os.Stdin)
	// An entry has up to 65,535 bytes.
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		answer(log.check(strings.Fields(lines.Text())))
	}
	if err := lines.Err(); err != nil {
		answer(err)
		os.Exit(1)
	}
}

func answer(err error) {
	if err == nil {
		fmt.Println("agreed")
	} else {
		fmt.Printf("refused: %v\n", err)
	}
}

// A log that was read.
type log struct {
	url      string
	verifier note.Verifier
	head     tlog.Tree
	// The hash of each entry, and all hashes of the tree over them in tlog's order.
	records []tlog.Hash
	stored  stored
	// Tiles that have proved right, by path.
	tiles map[string][]byte
}

func read(url string) (*log, error) {
	l := &log{url: url, tiles: map[string][]byte{}}
	key, err := l.get("log/vkey")
	if err != nil {
		return nil, err
	}
	if l.verifier, err = note.NewVerifier(strings.TrimSuffix(string(key), "\n")); err != nil {
		return nil, fmt.Errorf("verifier key: %w", err)
	}
	signed, err := l.get("log/checkpoint")
	if err != nil {
		return nil, err
	}
	if l.head, err = l.open(signed); err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	if err := l.readEntries(); err != nil {
		return nil, fmt.Errorf("entries: %w", err)
	}
	if err := l.checkRoot(l.head); err != nil {
		return nil, err
	}
	return l, nil
}

func (l *log) get(path string) ([]byte, error) {
	answer, err := http.Get(l.url + "/" + path)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, answer.Status)
	}
	return io.ReadAll(answer.Body)
}

// open reads a signed checkpoint: origin, size, root. (tlog.ParseTree wants the checksum database's first line.)
func (l *log) open(signed []byte) (tlog.Tree, error) {
	none := tlog.Tree{}
	opened, err := note.Open(signed, note.VerifierList(l.verifier))
	if err != nil {
		return none, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" || lines[0] != l.verifier.Name() {
		return none, errors.New("not the three lines of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || strconv.FormatInt(size, 10) != lines[1] || size < 1 {
		return none, errors.New("not a size")
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return none, errors.New("not a root")
	}
	return tlog.Tree{N: size, Hash: tlog.Hash(root)}, nil
}

func (l *log) readEntries() error {
	for first := int64(0); first < l.head.N; first += 1 << height {
		width := min(l.head.N-first, 1<<height)
		bundle, err := l.get("log/" + servedPath("entries", tlog.Tile{H: height, N: first >> height, W: int(width)}))
		if err != nil {
			return err
		}
		for range width {
			if len(bundle) < 2 || len(bundle)-2 < int(binary.BigEndian.Uint16(bundle)) {
				return errors.New("a bundle breaks off")
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			if err := l.append(bundle[2:end]); err != nil {
				return err
			}
			bundle = bundle[end:]
		}
		if len(bundle) != 0 {
			return errors.New("a bundle goes on")
		}
	}
	return nil
}

func (l *log) append(entry []byte) error {
	hash := tlog.RecordHash(entry)
	hashes, err := tlog.StoredHashesForRecordHash(int64(len(l.records)), hash, l.stored)
	l.records = append(l.records, hash)
	l.stored = append(l.stored, hashes...)
	return err
}

// stored is a tree in memory.
type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(s)) {
			return nil, errors.New("no such hash")
		}
		hashes[i] = s[index]
	}
	return hashes, nil
}

// The log as a tlog.TileReader.

func (l *log) Height() int { return height }

func (l *log) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		path := servedPath(strconv.Itoa(tile.L), tile)
		data[i] = l.tiles[path]
		if data[i] == nil {
			var err error
			if data[i], err = l.get("log/" + path); err != nil {
				return nil, err
			}
		}
	}
	return data, nil
}

func (l *log) SaveTiles(tiles []tlog.Tile, data [][]byte) {
	for i, tile := range tiles {
		l.tiles[servedPath(strconv.Itoa(tile.L), tile)] = data[i]
	}
}

// servedPath is a tile's path in C2SP tlog-tiles: that of the checksum database without the height.
func servedPath(level string, tile tlog.Tile) string {
	tile.L = 0
	rest := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/0/", height))
	return "tile/" + level + "/" + rest
}

func (l *log) check(words []string) error {
	if len(words) < 2 {
		return errors.New("not a line of the four kinds")
	}
	switch kind, words := words[0], words[1:]; {
	case kind == "checkpoint" && len(words) == 1:
		signed, err := hex.DecodeString(words[0])
		if err != nil {
			return err
		}
		tree, err := l.open(signed)
		if err != nil {
			return fmt.Errorf("checkpoint: %w", err)
		}
		return l.checkRoot(tree)
	case kind == "root" && len(words) == 2:
		size, err := l.size(words[0])
		if err != nil {
			return err
		}
		root, err := hashes(words[1:])
		if err != nil {
			return err
		}
		return l.checkRoot(tlog.Tree{N: size, Hash: root[0]})
	case kind == "inclusion" && len(words) >= 3:
		return l.checkInclusion(words)
	case kind == "consistency" && len(words) >= 2:
		return l.checkConsistency(words)
	}
	return errors.New("not a line of the four kinds")
}

// checkRoot checks the root at a size against the entries, and the tiles of that size against it.
func (l *log) checkRoot(tree tlog.Tree) error {
	root, err := l.root(tree.N)
	if err != nil {
		return err
	}
	if root != tree.Hash {
		return fmt.Errorf("root: the %d entries have another", tree.N)
	}
	indexes := make([]int64, tree.N)
	for n := range indexes {
		indexes[n] = tlog.StoredHashIndex(0, int64(n))
	}
	tiles := tlog.TileHashReader(tree, l)
	found, err := tiles.ReadHashes(indexes)
	if err != nil {
		return fmt.Errorf("tiles of size %d: %w", tree.N, err)
	}
	if !slices.Equal(found, l.records[:tree.N]) {
		return fmt.Errorf("tiles of size %d: not the hashes of the entries", tree.N)
	}
	root, err = tlog.TreeHash(tree.N, tiles)
	if err != nil || root != tree.Hash {
		return fmt.Errorf("tiles of size %d: another root (%v)", tree.N, err)
	}
	return nil
}

func (l *log) checkInclusion(words []string) error {
	size, err := l.size(words[0])
	if err != nil {
		return err
	}
	n, err := strconv.ParseInt(words[1], 10, 64)
	if err != nil {
		return err
	}
	entry, err := hex.DecodeString(words[2])
	if err != nil {
		return err
	}
	proof, err := hashes(words[3:])
	if err != nil {
		return err
	}
	root, err := l.root(size)
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(proof, size, root, n, tlog.RecordHash(entry)); err != nil {
		return fmt.Errorf("CheckRecord: %w", err)
	}
	own, err := tlog.ProveRecord(size, n, l.tileReader())
	if err != nil {
		return err
	}
	if !slices.Equal(own, proof) {
		return errors.New("ProveRecord makes another proof")
	}
	return nil
}

func (l *log) checkConsistency(words []string) error {
	older, err := l.size(words[0])
	if err != nil {
		return err
	}
	newer, err := l.size(words[1])
	if err != nil {
		return err
	}
	proof, err := hashes(words[2:])
	if err != nil {
		return err
	}
	oldRoot, err := l.root(older)
	if err != nil {
		return err
	}
	newRoot, err := l.root(newer)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, newer, newRoot, older, oldRoot); err != nil {
		return fmt.Errorf("CheckTree: %w", err)
	}
	own, err := tlog.ProveTree(newer, older, l.tileReader())
	if err != nil {
		return err
	}
	if !slices.Equal(own, proof) {
		return errors.New("ProveTree makes another proof")
	}
	return nil
}

func (l *log) tileReader() tlog.HashReader { return tlog.TileHashReader(l.head, l) }

// root is the root at a size, from the entries alone.
func (l *log) root(size int64) (tlog.Hash, error) {
	if size > l.head.N {
		return tlog.Hash{}, errors.New("the log is not so long")
	}
	return tlog.TreeHash(size, l.stored)
}

func (l *log) size(word string) (int64, error) {
	size, err := strconv.ParseInt(word, 10, 64)
	if err == nil && (size < 1 || size > l.head.N) {
		err = errors.New("the log is not so long")
	}
	return size, err
}

func hashes(words []string) ([]tlog.Hash, error) {
	read := make([]tlog.Hash, len(words))
	for i, word := range words {
		hash, err := hex.DecodeString(word)
		if err != nil || len(hash) != tlog.HashSize {
			return nil, errors.New("not a hash")
		}
		read[i] = tlog.Hash(hash)
	}
	return read, nil
}
