using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace ModelScan.WebConsole;

/// <summary>
/// Style, script and icon, out of the assembly. Their addresses carry a hash of their content, so browsers ask for each once; compressed when
/// they are first asked for.
/// </summary>
internal sealed class ConsoleAssets
{
    private readonly FrozenDictionary<string, Asset> _assets;

    /// <summary>Reads them.</summary>
    public ConsoleAssets() => _assets = new[] { new Asset("console.css", "text/css; charset=utf-8"), new Asset("console.js", "text/javascript; charset=utf-8"), new Asset("icon.svg", "image/svg+xml") }
        .ToFrozenDictionary(asset => asset.Name, StringComparer.Ordinal);

    /// <summary>The address of one.</summary>
    public string AddressOf(string name) => $"/console/assets/{_assets[name].Hash}/{name}";

    /// <summary>Answers with one; <see langword="false"/> where there is none of that name.</summary>
    /// <param name="context">The request.</param>
    /// <param name="path">What stands behind <c>/console/assets/</c>: <c>hash/name</c>, or the name alone.</param>
    public async Task<bool> TryWriteAsync(HttpContext context, IReadOnlyList<string> path)
    {
        if (path.Count is not (1 or 2) || !_assets.TryGetValue(path[^1], out var asset))
            return false;
        var response = context.Response;
        response.ContentType = asset.Type;
        response.Headers.CacheControl = path.Count == 2 && path[0] == asset.Hash ? "public, max-age=31536000, immutable" : "no-cache";
        response.Headers.Vary = "Accept-Encoding";
        var coding = ContentCoding.Best(context.Request.Headers.AcceptEncoding);
        if (coding is not null)
            response.Headers.ContentEncoding = coding;
        var bytes = asset.As(coding);
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, context.RequestAborted);
        return true;
    }

    private sealed class Asset
    {
        private readonly ConcurrentDictionary<string, byte[]> _compressed = new(StringComparer.Ordinal);

        public Asset(string name, string type)
        {
            (Name, Type) = (name, type);
            using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not in the assembly");
            Bytes = new byte[stream.Length];
            stream.ReadExactly(Bytes);
            Hash = Convert.ToHexStringLower(SHA256.HashData(Bytes).AsSpan(0, 6));
        }

        public string Name { get; }

        public string Type { get; }

        public byte[] Bytes { get; }

        public string Hash { get; }

        /// <summary>Its bytes in a form.</summary>
        /// <param name="coding">The form; <see langword="null"/> for none.</param>
        public byte[] As(string? coding) =>
            coding is null ? Bytes : _compressed.GetOrAdd(coding, static (form, bytes) => ContentCoding.Compress(bytes, form, CompressionLevel.SmallestSize), Bytes);
    }
}
