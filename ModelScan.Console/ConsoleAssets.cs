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
        var isCompressed = context.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.OrdinalIgnoreCase);
        if (isCompressed)
            response.Headers.ContentEncoding = "br";
        var bytes = isCompressed ? asset.Compressed : asset.Bytes;
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, context.RequestAborted);
        return true;
    }

    private sealed class Asset
    {
        private readonly Lazy<byte[]> _compressed;

        public Asset(string name, string type)
        {
            (Name, Type) = (name, type);
            using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not in the assembly");
            Bytes = new byte[stream.Length];
            stream.ReadExactly(Bytes);
            Hash = Convert.ToHexStringLower(SHA256.HashData(Bytes).AsSpan(0, 6));
            _compressed = new Lazy<byte[]>(Compress);
        }

        public string Name { get; }

        public string Type { get; }

        public byte[] Bytes { get; }

        public string Hash { get; }

        public byte[] Compressed => _compressed.Value;

        private byte[] Compress()
        {
            using var into = new MemoryStream();
            using (var brotli = new BrotliStream(into, CompressionLevel.SmallestSize, leaveOpen: true))
                brotli.Write(Bytes);
            return into.ToArray();
        }
    }
}
