namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>
/// Reads <c>examples_file</c> of a route: labelled prompts, such as the request log exports as feedback, of which those count whose one right
/// answer is this route, the newest (last) ones first. Read when the configuration is.
/// </summary>
internal static class ExamplesFileReader
{
    /// <summary>Most examples of a route that are taken from a file, as many as the classifier counts.</summary>
    private const int MaxExamples = 100;

    /// <summary>Largest file in bytes.</summary>
    private const int MaxLength = 16 << 20;

    /// <summary>The examples; what is wrong is reported with the key.</summary>
    public static IReadOnlyList<string> Read(ConfigMap route, string name)
    {
        const string Key = "examples_file";
        if (route.Value(Key) is not { Length: > 0 } path)
            return [];
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
            {
                route.Error(Key, $"there is no file '{path}'");
                return [];
            }

            if (file.Length > MaxLength || (file.Attributes & (FileAttributes.Device | FileAttributes.Directory)) != FileAttributes.None)
            {
                route.Error(Key, $"'{path}' is no file of at most {MaxLength >> 20} MB");
                return [];
            }

            var examples = new Queue<string>();
            foreach (var (index, line) in File.ReadLines(path).Index())
            {
                if (string.IsNullOrWhiteSpace(line))
                    continue;
                var prompt = LabelledPromptLine.Read(line, $"{path}:{index + 1}");
                if (prompt.Right is not [{ } only] || only != name)
                    continue;
                examples.Enqueue(prompt.Prompt);
                if (examples.Count > MaxExamples)
                    examples.Dequeue();
            }

            if (examples.Count == 0)
                route.Notice(Key, $"'{path}' has no example of this route");
            return [.. examples.Reverse()];
        }
        catch (FormatException exception)
        {
            route.Error(Key, exception.Message);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            route.Error(Key, $"'{path}' cannot be read: {exception.Message}");
        }

        return [];
    }
}
