namespace LoadTest.Measurements;

/// <summary>The gateway's program and the configurations it is measured with.</summary>
internal static class GatewayFiles
{
    /// <summary>The gateway's assembly, built along with this program and with the same settings.</summary>
    public static string Assembly { get; } = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "ModelScan.RoutingApi", new DirectoryInfo(AppContext.BaseDirectory).Name, "ModelScan.RoutingApi.dll"));

    /// <summary>
    /// Writes a configuration: two models of the same upstream, one of a provider that speaks the OpenAI formats, one of a provider
    /// that speaks Chat Completions alone; and two routes.
    /// </summary>
    /// <param name="folder">Where to.</param>
    /// <param name="mode">The mode, as the configuration names it.</param>
    /// <param name="upstream">The upstream.</param>
    /// <param name="plano">The Plano of <c>plano_proxy</c>, or the container of <c>plano_embedded</c> that somebody else runs; <see langword="null"/> in other modes.</param>
    /// <param name="isLogged">Whether its requests are kept on record, in a SQLite file of the folder.</param>
    /// <returns>The file's path.</returns>
    public static string WriteConfiguration(string folder, string mode, Uri upstream, Uri? plano, bool isLogged)
    {
        var path = Path.Combine(folder, $"{Guid.NewGuid():N}.yaml");
        File.WriteAllText(path, $"""
            version: v0.4.0
            model_providers:
              - model: openai/bench
                base_url: {upstream}
                access_key: load-test
                default: true
              - model: groq/bench
                base_url: {upstream}
                access_key: load-test
            routing_preferences:
              - name: code_generation
                description: writing new functions, scripts and programs
                models: [openai/bench]
              - name: travel
                description: flights, hotels and itineraries
                models: [openai/bench, groq/bench]
            request_log: {(isLogged ? $"{{ store: sqlite, path: '{path}.requests.db' }}" : "{ store: none }")}
            routing:
              mode: {mode}
            {(plano is null ? "" : mode == "plano_proxy" ? $"  proxy: {{ base_url: {plano} }}" : $"  embedded: {{ address: {plano} }}")}
            """);
        return path;
    }
}
