namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>
/// Tries what will be handed to <see cref="HttpRequestMessage"/> at every request: a name or a value that it refuses then is an error of the
/// configuration now.
/// </summary>
internal static class HeaderValues
{
    /// <summary>Checks the name of a request header.</summary>
    public static void CheckName(ConfigMap map, string key, string name)
    {
        using var request = new HttpRequestMessage();
        if (!request.Headers.TryAddWithoutValidation(name, ""))
            map.Error(key, $"'{name}' cannot be the name of a request header");
    }

    /// <summary>Checks what becomes the value of a header, or a part of one.</summary>
    public static void CheckValue(ConfigMap map, string key, string? value)
    {
        if (value?.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
            map.Error(key, "must be a single line: it becomes the value of a header");
    }

    /// <summary>Checks a value of the header <c>Host</c>.</summary>
    public static void CheckHost(ConfigMap map, string key, string? host)
    {
        if (string.IsNullOrEmpty(host))
            return;
        using var request = new HttpRequestMessage();
        try
        {
            request.Headers.Host = host;
        }
        catch (FormatException)
        {
            map.Error(key, $"'{host}' is not a host with an optional port");
        }
    }

    /// <summary>Checks a mapping of names to values.</summary>
    public static void CheckAll(ConfigMap map, string key, IReadOnlyDictionary<string, string> headers)
    {
        if (headers.Count == 0 || map.Map(key) is not { } section)
            return;
        foreach (var (name, value) in headers)
        {
            CheckName(section, name, name);
            CheckValue(section, name, value);
        }
    }
}
