using System.Globalization;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Docs;

/// <summary>A fenced block of a document.</summary>
/// <param name="File">The document, relative to the repository.</param>
/// <param name="Line">Line of its first line, from 1.</param>
/// <param name="Language">What the fence says it is.</param>
/// <param name="Text">The block.</param>
public sealed record Snippet(string File, int Line, string Language, string Text)
{
    private static readonly string[] Skipped = ["artifacts", "bin", "obj", "node_modules", ".git"];

    /// <summary>Every block of that language in every document of the repository.</summary>
    public static TheoryData<string, string> All(params string[] languages)
    {
        var data = new TheoryData<string, string>();
        foreach (var snippet in Documents().SelectMany(Read).Where(snippet => languages.Contains(snippet.Language)))
            data.Add(string.Create(CultureInfo.InvariantCulture, $"{snippet.File}:{snippet.Line}"), snippet.Text);
        return data;
    }

    private static IEnumerable<string> Documents() => Directory
        .EnumerateFiles(RepositoryFiles.Root, "*.md", SearchOption.AllDirectories)
        .Where(path => !Path.GetRelativePath(RepositoryFiles.Root, path).Split(Path.DirectorySeparatorChar).Any(Skipped.Contains))
        .Order(StringComparer.Ordinal);

    private static IEnumerable<Snippet> Read(string path)
    {
        var lines = System.IO.File.ReadAllLines(path);
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].TrimStart().StartsWith("```", StringComparison.Ordinal))
                continue;
            var (indent, language, start) = (lines[i].Length - lines[i].TrimStart().Length, lines[i].Trim().Trim('`').Trim(), i + 1);
            while (++i < lines.Length && !lines[i].TrimStart().StartsWith("```", StringComparison.Ordinal))
            {
                // The block goes on.
            }

            var text = string.Join('\n', lines[start..i].Select(line => line.Length >= indent ? line[indent..] : line.TrimStart()));
            yield return new Snippet(Path.GetRelativePath(RepositoryFiles.Root, path), start + 1, language, text + "\n");
        }
    }
}
