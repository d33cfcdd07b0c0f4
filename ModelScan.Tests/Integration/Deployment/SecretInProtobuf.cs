using System.Text;
using System.Text.Json.Nodes;

namespace ModelScan.Tests.Integration.Deployment;

/// <summary>
/// A Secret as <c>kubectl create secret</c> sends it: four bytes, then an envelope with what it is and its bytes. The fields are those of
/// https://github.com/kubernetes/api/blob/master/core/v1/generated.proto.
/// </summary>
internal static class SecretInProtobuf
{
    /// <summary>https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding.</summary>
    public const string ContentType = "application/vnd.kubernetes.protobuf";

    /// <summary>Reads one as JSON.</summary>
    public static async Task<JsonObject> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        await body.CopyToAsync(buffer, cancellationToken);
        var envelope = Fields(buffer.ToArray()[4..]);
        Assert.Equal("Secret", Text(Fields(envelope[1][0])[2]));
        var secret = Fields(envelope[2][0]);
        var entries = secret[2].Select(Fields).Select(entry => KeyValuePair.Create(Text(entry[1]), (JsonNode?)Convert.ToBase64String(entry[2][0])));
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["metadata"] = new JsonObject { ["name"] = Text(Fields(secret[1][0])[1]) },
            ["data"] = new JsonObject(entries),
        };
    }

    private static string Text(List<byte[]> values) => Encoding.UTF8.GetString(values[0]);

    // By number, in order; numbers themselves are of no interest. https://protobuf.dev/programming-guides/encoding/
    private static Dictionary<int, List<byte[]>> Fields(byte[] message)
    {
        var fields = new Dictionary<int, List<byte[]>>();
        for (var at = 0; at < message.Length;)
        {
            var tag = (int)Number(message, ref at);
            var length = Number(message, ref at);
            if ((tag & 7) != 2)
                continue;
            if (!fields.TryGetValue(tag >> 3, out var values))
                fields[tag >> 3] = values = [];
            values.Add(message[at..(at += (int)length)]);
        }

        return fields;
    }

    private static ulong Number(byte[] message, ref int at)
    {
        var number = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            number |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return number;
        }
    }
}
