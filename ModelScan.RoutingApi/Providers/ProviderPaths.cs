using ModelScan.RoutingApi.Providers.Catalogue;

namespace ModelScan.RoutingApi.Providers;

/// <summary>Where a model's requests go.</summary>
public static class ProviderPaths
{
    /// <summary>The address of an API of a model, without the client's query.</summary>
    /// <param name="api">The provider.</param>
    /// <param name="baseUrl">The configured address; <see langword="null"/> for the known provider's own.</param>
    /// <param name="format">The API.</param>
    /// <param name="model">The model as the provider knows it.</param>
    /// <param name="stream">Whether the answer is to be a stream.</param>
    /// <exception cref="NotSupportedException">The provider does not offer such an API under that address.</exception>
    public static Uri Of(ProviderApi api, Uri? baseUrl, ApiFormat format, string model, bool stream = false)
    {
        var root = baseUrl ?? (api.BaseUrl is { } known ? new Uri(known) : throw new NotSupportedException($"{api.Name} has no address of its own: base_url is missing"));
        var configured = WithoutEndpoint(root.AbsolutePath, out var isWhole).Trim('/');
        if (!isWhole && api.OwnPrefixes.TryGetValue(format, out var own))
            return new UriBuilder(root.Scheme, root.Host, root.Port, $"{own}/{format.Suffix()}").Uri;
        var prefix = configured.Length > 0 ? $"/{configured}" : isWhole ? "" : api.Prefix;
        var parts = api.Path(new ProviderPath(prefix, format, model, stream, isWhole)).Split('?', 2);

        // A version of the API, say, that the configured address names.
        return new UriBuilder(root.Scheme, root.Host, root.Port, parts[0]) { Query = root.Query.Length > 1 ? root.Query : parts.ElementAtOrDefault(1) }.Uri;
    }

    /// <summary>The path of an address without what stands for one API at its end (<c>/chat/completions</c>, <c>/messages</c>, <c>/responses</c>).</summary>
    /// <param name="path">The path as it is configured.</param>
    /// <param name="isWhole">Whether it had such an end.</param>
    internal static string WithoutEndpoint(string path, out bool isWhole)
    {
        path = path.TrimEnd('/');
        foreach (var format in ApiFormats.OfClients)
        {
            var suffix = $"/{format.Suffix()}";
            if (!path.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
                continue;
            isWhole = true;
            return path[..^suffix.Length];
        }

        isWhole = false;
        return path;
    }

    /// <summary>Whether a path ends in the version of an API: <c>v1</c>, <c>v4</c>, <c>v1beta</c>.</summary>
    internal static bool EndsInVersion(string path)
    {
        var last = path.AsSpan(path.LastIndexOf('/') + 1);
        return last.Length >= 2 && last[0] == 'v' && char.IsAsciiDigit(last[1]);
    }

    /// <summary>The address of something beside the answers of an API.</summary>
    /// <param name="kind">What is wanted.</param>
    /// <param name="address">Where the answers come from: <c>…/v1/chat/completions</c>.</param>
    /// <param name="format">Its API.</param>
    /// <returns><c>…/v1/messages/count_tokens</c>, <c>…/v1/responses/compact</c>, <c>…/routing/v1/chat/completions</c>, <c>…/v1/models</c>, or the address as it is.</returns>
    public static Uri For(RequestKind kind, Uri address, ApiFormat format)
    {
        if (kind == RequestKind.Answer)
            return address;
        var path = address.AbsolutePath;
        var version = path[..^(format.Suffix().Length + 1)];
        return new UriBuilder(address)
        {
            Path = kind switch
            {
                RequestKind.TokenCount => $"{path}/count_tokens",
                RequestKind.Compaction => $"{path}/compact",
                RequestKind.ModelList => $"{version}/models",
                _ when version.Length == 0 => $"/routing{path}",
                _ => $"{version[..version.LastIndexOf('/')]}/routing{path[version.LastIndexOf('/')..]}",
            },
        }.Uri;
    }

    /// <summary>The address of a door of a provider.</summary>
    /// <param name="api">The provider.</param>
    /// <param name="baseUrl">The configured address; <see langword="null"/> for the known provider's own.</param>
    /// <param name="door">The door.</param>
    /// <param name="suffix">What stands behind the version, escaped: <c>audio/speech</c>.</param>
    /// <param name="model">The model as the provider knows it.</param>
    /// <exception cref="NotSupportedException">The provider has no such address.</exception>
    public static Uri OfDoor(ProviderApi api, Uri? baseUrl, ProviderDoor door, string suffix, string model)
    {
        var format = api.Native[0];
        var answers = Of(api, baseUrl, format, model);
        var prefix = api.DoorPrefixes.TryGetValue(door, out var own) ? $"{own}/" : answers.AbsolutePath[..^format.Suffix().Length];
        return new UriBuilder(answers) { Path = $"{prefix}{suffix}" }.Uri;
    }

    /// <summary>Adds the client's query string (with its question mark, as <see cref="HttpRequest.QueryString"/> has it).</summary>
    public static Uri WithQuery(Uri address, string? query)
    {
        if (string.IsNullOrEmpty(query) || query == "?")
            return address;
        return new UriBuilder(address) { Query = address.Query.Length > 1 ? $"{address.Query}&{query[1..]}" : query }.Uri;
    }
}
