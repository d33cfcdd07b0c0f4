using System.Text.Json;
using ModelScan.WebConsole.Reading;
using YamlDotNet.Serialization;

namespace ModelScan.Tests.WebConsole;

/// <summary>A configuration shown as YAML is the same configuration, every scalar a text.</summary>
public sealed class YamlTextTests
{
    [Theory]
    [InlineData("""{"version":"v0.4.0","listeners":[],"routing":{"mode":"policy","fallback":"true","share":"0.5"}}""")]
    [InlineData("""{"model_providers":[{"model":"openai/gpt-4o","access_key":"$KEY","default":"true"},{"model":"b","headers":{"x-a":"1","x-b":"true"}}]}""")]
    [InlineData("""{"texts":["yes","no","- a","a: b","a #b","","#c","12","1e3","2026-01-31","0x1f","12:30","*","&a","!t","'q'","\"q\"","line\nbreak"," lead","trail ","%d","@x","`y`","key:"]}""")]
    [InlineData("""{"deep":[["1","2"],[["a"]],{"b":[{"c":[]},{"d":{}}]}],"empty":{},"quotes: in a key":"1"}""")]
    public void Document_IsReadBackAsItWas(string json)
    {
        using var document = JsonDocument.Parse(json);
        var yaml = YamlText.Of(document.RootElement);
        var read = new DeserializerBuilder().Build().Deserialize(new StringReader(yaml));
        var written = new SerializerBuilder().JsonCompatible().Build().Serialize(read!);
        using var again = JsonDocument.Parse(written);
        Assert.True(JsonElement.DeepEquals(document.RootElement, again.RootElement), $"{yaml}\n{written}");
    }
}
