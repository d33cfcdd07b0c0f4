using ModelScan.WebConsole.Api;

namespace ModelScan.WebConsole.Parts;

/// <summary>Addresses of the console's views: every view is one.</summary>
public static class Links
{
    /// <summary>The list of requests.</summary>
    /// <param name="filter">The filter; <see langword="null"/> for none.</param>
    /// <param name="since">How far back: <c>15m</c>, <c>1h</c>, <c>24h</c>, <c>7d</c>, <c>all</c>; <see langword="null"/> for what is usual.</param>
    /// <param name="before">Where the page begins.</param>
    public static string Requests(string? filter = null, string? since = null, string? before = null) =>
        $"/console/requests{GatewayApi.Query(("q", filter), ("since", since), ("before", before))}";

    /// <summary>One request.</summary>
    public static string Request(string id) => $"/console/requests/{id}";

    /// <summary>One session.</summary>
    public static string Session(string id) => $"/console/sessions/view{GatewayApi.Query(("id", id))}";

    /// <summary>The sessions.</summary>
    public static string Sessions(string? filter = null, string? since = null) => $"/console/sessions{GatewayApi.Query(("q", filter), ("since", since))}";

    /// <summary>The overview.</summary>
    public static string Overview(string? since = null) => $"/console/overview{GatewayApi.Query(("since", since))}";

    /// <summary>A prompt, to be tried.</summary>
    public static string Try(string prompt) => $"/console/try{GatewayApi.Query(("prompt", prompt))}";

    /// <summary>What another policy would do with some requests.</summary>
    public static string WhatIf(string? filter = null, string? since = null) => $"/console/whatif{GatewayApi.Query(("q", filter), ("since", since))}";
}
