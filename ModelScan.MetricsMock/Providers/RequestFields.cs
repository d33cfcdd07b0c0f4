using System.Text.Json;

namespace ModelScan.MetricsMock.Providers;

/// <summary>Strict reading of one JSON object of a request: what has the wrong shape is refused by its path. <c>null</c> counts as absent.</summary>
/// <param name="Element">The object.</param>
/// <param name="Path">Its path; empty for the body.</param>
internal readonly record struct RequestFields(JsonElement Element, string Path)
{
    public string PathOf(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

    public InvalidFieldException Refuse(string name, string message) => new(PathOf(name), message);

    public JsonElement? Find(string name) =>
        Element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public string RequireText(string name) => Text(name) is { Length: > 0 } text ? text : throw Refuse(name, "This field is required.");

    /// <summary>A name or id of ASCII letters, digits, <c>_</c> and <c>-</c>.</summary>
    public string RequireIdentifier(string name, int maxLength)
    {
        var text = RequireText(name);
        return text.Length <= maxLength && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-')
            ? text
            : throw Refuse(name, $"Expected at most {maxLength} letters, digits, underscores and hyphens.");
    }

    public string? Text(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        _ => throw Refuse(name, "Expected a string."),
    };

    public bool? Flag(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw Refuse(name, "Expected a boolean."),
    };

    public int? Count(string name, int min) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out var count) && count >= min => count,
        _ => throw Refuse(name, $"Expected a whole number of at least {min}."),
    };

    public void CheckNumber(string name, double min, double max)
    {
        if (Find(name) is { } value && !(value.ValueKind == JsonValueKind.Number && value.GetDouble() is var number && number >= min && number <= max))
            throw Refuse(name, $"Expected a number from {min} to {max}.");
    }

    public RequestFields? Object(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } value => new RequestFields(value, PathOf(name)),
        _ => throw Refuse(name, "Expected an object."),
    };

    /// <summary>The objects of an array; <see langword="null"/> when it is absent.</summary>
    public IReadOnlyList<RequestFields>? Objects(string name)
    {
        if (Find(name) is not { } array)
            return null;
        if (array.ValueKind != JsonValueKind.Array)
            throw Refuse(name, "Expected an array.");

        var objects = new List<RequestFields>();
        foreach (var item in array.EnumerateArray())
        {
            var path = $"{PathOf(name)}[{objects.Count}]";
            objects.Add(item.ValueKind == JsonValueKind.Object ? new RequestFields(item, path) : throw new InvalidFieldException(path, "Expected an object."));
        }

        return objects;
    }

    /// <summary>The strings of an array or the one string in its place; empty when absent.</summary>
    public IReadOnlyList<string> TextOrTexts(string name)
    {
        var value = Find(name);
        return value switch
        {
            null => [],
            { ValueKind: JsonValueKind.String } => [value.Value.GetString()!],
            { ValueKind: JsonValueKind.Array } when value.Value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) =>
                [.. value.Value.EnumerateArray().Select(item => item.GetString()!)],
            _ => throw Refuse(name, "Expected a string or an array of strings."),
        };
    }
}
