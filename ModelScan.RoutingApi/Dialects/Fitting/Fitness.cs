using ModelScan.RoutingApi.Capabilities;

namespace ModelScan.RoutingApi.Dialects.Fitting;

/// <summary>Why a model cannot take a request, however it is said.</summary>
/// <param name="Reason">What it lacks.</param>
public sealed record Unfit(string Reason);

/// <summary>
/// Whether a model can take a request at all, by a look at the request's bytes: for requests that keep their format, which nobody reads. One that is
/// translated is looked at part by part, and refused by an <see cref="InvalidRequestException"/> whose <see cref="InvalidRequestException.IsUnfit"/> says so.
/// </summary>
public static class Fitness
{
    // Even dense code has fewer bytes to a token; a request that is too long by this measure is too long by any.
    private const int MostBytesPerToken = 8;

    /// <summary>What stands against the model; <see langword="null"/> where nothing is seen.</summary>
    /// <param name="format">The request's format.</param>
    /// <param name="body">The request's JSON.</param>
    /// <param name="capabilities">What the model can take.</param>
    public static Unfit? Of(ApiFormat format, ReadOnlySpan<byte> body, ModelCapabilities capabilities)
    {
        if (!capabilities.Images && HasImages(format, body))
            return new Unfit("the model takes no images");
        if (!capabilities.Files && HasType(body, format == ApiFormat.Messages ? "document" : format == ApiFormat.Responses ? "input_file" : "file"))
            return new Unfit("the model takes no files");
        if (!capabilities.Takes(Modalities.Audio) && HasType(body, "input_audio"))
            return new Unfit("the model takes no sound");
        if (!capabilities.ToolCalls && HasTools(body))
            return new Unfit("the model calls no tools");
        return capabilities.ContextTokens is { } window && body.Length / MostBytesPerToken > window && body.IndexOf("base64"u8) < 0
            ? new Unfit($"the request is longer than the {window} tokens that the model reads")
            : null;
    }

    /// <summary>Whether there are images in a request, in what a tool returned as well.</summary>
    /// <param name="format">The request's format.</param>
    /// <param name="body">The request's JSON.</param>
    public static bool HasImages(ApiFormat format, ReadOnlySpan<byte> body) =>
        HasType(body, format == ApiFormat.Messages ? "image" : format == ApiFormat.Responses ? "input_image" : "image_url");

    // {"type": "image"} and {"type":"image"} alike; a text that speaks of one is told by its other quotes.
    private static bool HasType(ReadOnlySpan<byte> body, string type)
    {
        var value = System.Text.Encoding.ASCII.GetBytes($"\"{type}\"");
        for (var at = body.IndexOf(value); at >= 0;)
        {
            if (body[..at].TrimEnd(" \t\r\n"u8) is [.., (byte)':'] before && before[..^1].TrimEnd(" \t\r\n"u8).EndsWith("\"type\""u8))
                return true;
            var next = body[(at + value.Length)..].IndexOf(value);
            at = next < 0 ? -1 : at + value.Length + next;
        }

        return false;
    }

    private static bool HasTools(ReadOnlySpan<byte> body)
    {
        var members = new BodyMembers(body);
        while (members.Read())
        {
            if (members.NameIs("tools"u8) && body[members.ValueStart..members.ValueEnd] is [(byte)'[', .., (byte)']'] list && list[1..^1].TrimStart(" \t\r\n"u8).Length > 0)
                return true;
        }

        return false;
    }
}
