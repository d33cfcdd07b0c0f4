using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>Turns the text of a configuration file into a YAML mapping, within bounds.</summary>
internal static class YamlDocumentReader
{
    /// <summary>Largest file in characters.</summary>
    public const int MaxLength = 4 << 20;

    /// <summary>Reads the one mapping of the file; reports to <paramref name="scope"/> and returns <see langword="null"/> when there is none.</summary>
    public static YamlMappingNode? Read(string text, ConfigScope scope)
    {
        if (text.Length > MaxLength)
        {
            scope.Error("root", 0, $"the file is larger than {MaxLength} characters");
            return null;
        }

        try
        {
            if (!YamlBounds.Check(text, scope))
                return null;
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count == 1 && stream.Documents[0].RootNode is YamlMappingNode root)
                return root;
            scope.Error("root", 1, stream.Documents.Count > 1 ? "the file must hold one document" : "the file must hold a mapping of keys to values");
            return null;
        }
        catch (YamlException exception)
        {
            var line = (int)exception.Start.Line;
            scope.Error("root", line, $"not valid YAML: {Describe(exception, text, line)}");
            return null;
        }
    }

    // The parser's own words name its tokens; these name what people write.
    private static string Describe(YamlException exception, string text, int line)
    {
        var written = text.Split('\n').ElementAtOrDefault(line - 1) ?? "";
        if (exception is AnchorNotFoundException)
            return "an alias (*name) has no anchor (&name) before it";
        if (exception.InnerException is ArgumentException || exception.Message.Contains("uplicate", StringComparison.Ordinal))
            return "a key stands twice in the same mapping";
        if (written.TakeWhile(char.IsWhiteSpace).Contains('\t'))
            return "a tab stands where spaces must indent";
        return $"column {exception.Start.Column}: check the indentation, the colons, brackets and quotes here and in the line before";
    }
}
