// Batches as the Java client writes them, one of each codec, without a broker: a line each, codec, tab, base64.
import java.nio.ByteBuffer;
import java.util.Base64;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.*;

public class CompressedBatches {
    public static void main(String[] arguments) throws Exception {
        for (String codec : arguments) {
            // More than what one block of snappy (32 KiB) and of LZ4 (64 KiB) holds.
            SimpleRecord[] records = new SimpleRecord[40];
            for (int index = 0; index < records.length; index++) {
                byte[] value = ("größer " + index + "x".repeat(index * 200)).getBytes("UTF-8");
                records[index] = new SimpleRecord(1_700_000_000_000L + index, ("key " + index).getBytes("UTF-8"), value);
            }
            Compression compression = Compression.of(codec).build();
            ByteBuffer batch = MemoryRecords.withRecords(7L, compression, records).buffer();
            byte[] bytes = new byte[batch.remaining()];
            batch.get(bytes);
            System.out.println(codec + "\t" + Base64.getEncoder().encodeToString(bytes));
        }
    }
}
